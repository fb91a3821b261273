"""A server of bundles over HTTP: JSON, uploads, the Open Inference Protocol, a page to try them."""
