"""How good a model is: figures, its predictions, and the report that shows them.

`metrics` needs numpy and scikit-learn only; `predict` is the one module that imports TensorFlow.
"""
