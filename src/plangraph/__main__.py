"""``python -m plangraph``, and the program ``plangraph``, are the command line."""


def run() -> None:
    """Run the command line as a program; Ctrl-C while it is still being loaded ends it in a word, too."""
    try:
        from plangraph.cli import script

        script()
    except KeyboardInterrupt:
        import os

        os.write(2, b"plangraph: stopped\n")
        os._exit(130)


if __name__ == "__main__":
    run()
