"""`python -m bp_tutor` is `bp-tutor`."""

from bp_tutor.cli.start import main

main()
