"""Layouts of strips and stores: plans and bounds beside solvers, the source's algorithm, and Mt-KaHyPar."""
