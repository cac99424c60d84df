"""`python -m threatwright`."""

from threatwright.cli import main

if __name__ == "__main__":
    main()
