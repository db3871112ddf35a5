# Writes r-values.csv: metrics of the published networks as R's igraph and sna give them.
# Run in this directory: Rscript make-r-values.R   (Debian: r-cran-igraph, r-cran-sna)
suppressPackageStartupMessages({ library(igraph); library(sna) })

rows <- list()
keep <- function(data, metric, values, nodes = "") {
  rows[[length(rows) + 1]] <<- data.frame(data = data, metric = metric, node = nodes,
                                          value = sprintf("%.12g", as.numeric(values)))
}

one_mode <- function(data, g, weight) {
  names <- V(g)$name
  plain <- delete_edge_attr(g, "weight")
  undirected <- as.undirected(plain, mode = "collapse")
  keep(data, "density", igraph::edge_density(plain))
  keep(data, "mean distance", igraph::mean_distance(plain))
  keep(data, "longest distance", igraph::diameter(plain))
  keep(data, "clustering", igraph::transitivity(undirected, "global"))
  keep(data, "components", igraph::components(plain, "weak")$no)
  keep(data, "betweenness", igraph::betweenness(plain), names)
  keep(data, "core number", igraph::coreness(undirected), names)
  keep(data, "constraint", igraph::constraint(plain), names)
  keep(data, "weighted constraint", igraph::constraint(g, weights = weight), names)
  keep(data, "strength", igraph::strength(g, weights = weight), names)
  keep(data, "weighted betweenness", igraph::betweenness(g, weights = 12 / weight), names)
  if (!is_directed(g)) {
    keep(data, "closeness", igraph::closeness(plain, normalized = TRUE), names)
    keep(data, "eigenvector", igraph::eigen_centrality(plain)$vector, names)
    keep(data, "weighted eigenvector", igraph::eigen_centrality(g, weights = weight)$vector, names)
    keep(data, "degree centralisation", sna::centralization(as.matrix(as_adj(plain)), sna::degree, mode = "graph"))
    keep(data, "betweenness centralisation",
         sna::centralization(as.matrix(as_adj(plain)), sna::betweenness, mode = "graph"))
  } else {
    keep(data, "reciprocity", igraph::reciprocity(plain))
    keep(data, "sna betweenness", sna::betweenness(as.matrix(as_adj(plain))), names)
  }
}

zachary <- read.csv("zachary.csv", colClasses = c("character", "character", "numeric"))
factions <- read.csv("zachary-factions.csv", colClasses = c("character", "character"))
z <- graph_from_data_frame(zachary, directed = FALSE)
one_mode("zachary", z, E(z)$weight)
faction <- factor(factions$faction[match(V(z)$name, factions$member)])
keep("zachary", "assortativity by faction", igraph::assortativity_nominal(z, as.integer(faction), directed = FALSE))
keep("zachary", "modularity of factions", igraph::modularity(z, as.integer(faction), weights = E(z)$weight))
within <- sum(faction[match(zachary$from, V(z)$name)] == faction[match(zachary$to, V(z)$name)])
keep("zachary", "E-I by faction", (ecount(z) - 2 * within) / ecount(z))

sampson <- read.csv("sampson.csv", colClasses = c("character", "character", "numeric"))
names(sampson)[3] <- "weight"
s <- graph_from_data_frame(sampson, directed = TRUE)
one_mode("sampson", s, E(s)$weight)

davis <- read.csv("davis.csv", colClasses = c("character", "character"))
b <- table(davis$woman, davis$event)
shared <- b %*% t(b)
diag(shared) <- 0
newman <- b %*% diag(ifelse(colSums(b) > 1, 1 / (colSums(b) - 1), 0)) %*% t(b)
diag(newman) <- 0
women <- rownames(b)
keep("davis", "events", rowSums(b), women)
keep("davis", "strength (count)", rowSums(shared), women)
keep("davis", "strength (newman)", rowSums(newman), women)
keep("davis", "partners", rowSums(shared > 0), women)
two <- graph_from_incidence_matrix(b)
keep("davis", "raw two-mode betweenness", igraph::betweenness(two)[women], women)
keep("davis", "four-cycles", sum(choose(shared[upper.tri(shared)], 2)))
one <- graph_from_adjacency_matrix(shared, mode = "undirected", weighted = TRUE)
keep("davis", "constraint", igraph::constraint(one)[women], women)
keep("davis", "weighted eigenvector", igraph::eigen_centrality(one)$vector[women], women)

p <- c(0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216, 0.222, 0.251, 0.269, 0.275, 0.34, 1)
keep("vector", "BH", p.adjust(p, "BH"), seq_along(p))
x <- c(3, 1, 4, 1, 5, 9, 2, 6, 5, 3)
y <- c(2, 7, 1, 8, 2, 8, 1, 8, 2, 8)
keep("vector", "spearman", cor(x, y, method = "spearman"))

write.csv(do.call(rbind, rows), "r-values.csv", row.names = FALSE, quote = FALSE)
