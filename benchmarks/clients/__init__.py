"""Whether other people's programs answer with a bundle's files as `load_bundle` does.

`python -m benchmarks.clients` asks every client of `each/` about bundles of every kind, prints
client × file × agreement and writes it to `docs/clients.md`. `make clients` gets ready what the
clients need beforehand.
"""
