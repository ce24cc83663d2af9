"""`python -m tercet`: the command line."""

from tercet.cli import main

if __name__ == "__main__":
    main()
