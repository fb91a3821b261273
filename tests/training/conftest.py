from tests.plain_graphs import plain_graphs

__all__ = ["plain_graphs"]
