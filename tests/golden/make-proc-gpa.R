# Reference values of procGPA of the R package shapes (1.2.6 and later): tests/golden/analysis/proc-gpa.json.
#
#   Rscript tests/golden/make-proc-gpa.R tests/golden/analysis/proc-gpa.json
#
# procGPA turns, and with scale = TRUE scales, without mirroring; its scales keep the sum of squares of the maps as they
# were given. The maps are random; rmsd is its root mean square distance to the mean shape.
suppressWarnings(suppressMessages(library(shapes)))

numbers <- function(values) paste0("[", paste(formatC(c(t(values)), digits = 17, format = "g"), collapse = ", "), "]")

describe <- function(name, maps, scale) {
  fit <- procGPA(maps, scale = scale, reflect = FALSE, tol1 = 1e-14, tol2 = 1e-14)
  list_of <- function(stack) paste(sapply(seq_len(dim(stack)[3]), function(i) numbers(stack[, , i])), collapse = ",\n   ")
  sprintf(
    ' {\n  "name": "%s",\n  "scaling": %s,\n  "rmsd": %s,\n  "maps": [\n   %s\n  ],\n  "rotated": [\n   %s\n  ]\n }',
    name, tolower(scale), formatC(fit$rmsd, digits = 17, format = "g"), list_of(maps), list_of(fit$rotated)
  )
}

set.seed(1991)
shape <- matrix(rnorm(16), 8, 2) %*% diag(c(2, 1))
copies <- function(count, noise) {
  sapply(seq_len(count), simplify = "array", function(i) {
    angle <- runif(1, -pi, pi)
    turn <- matrix(c(cos(angle), sin(angle), -sin(angle), cos(angle)), 2, 2)
    runif(1, 0.5, 2) * (shape + noise * matrix(rnorm(16), 8, 2)) %*% turn
  })
}
alike <- copies(12, 0.2)
apart <- copies(6, 0.8)
cases <- c(
  describe("alike, scaled", alike, TRUE),
  describe("alike, only turned", alike, FALSE),
  describe("apart, scaled", apart, TRUE),
  describe("apart, only turned", apart, FALSE)
)
writeLines(c("[", paste(cases, collapse = ",\n"), "]"), commandArgs(trailingOnly = TRUE)[1])
