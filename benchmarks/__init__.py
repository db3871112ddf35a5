"""Speed, measured as ratios: every figure is a comparison of two things in one interleaved run.

``python -m benchmarks`` prints all tables, ``python -m benchmarks core`` one of them. Absolute seconds say more about
the machine than about the software, so the tables show medians of ratios, and seconds only beside them.
"""
