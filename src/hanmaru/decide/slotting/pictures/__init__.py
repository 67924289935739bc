"""Pictures of plans as SVG, and a page to print, in English and Korean. Nothing is read or written here.

Bulk: `strip.layout`, `flows.flows`, `passes.passes`. Kitting: `store.layout`, `store.heat`, `store.lit`. Both:
`convergence.convergence`, the list of `moves`, and all on one sheet or page by `sheet`.
"""
