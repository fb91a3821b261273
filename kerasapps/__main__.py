"""`python -m kerasapps`."""

from kerasapps.cli import main

main()
