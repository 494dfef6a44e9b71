"""The command line of the class report: python -m labkit.worksheet.class_report FOLDER [OUT]."""

import sys

from labkit.worksheet.reporting import OUT, report_class

USAGE = "Use: python -m labkit.worksheet.class_report FOLDER [OUT]. FOLDER holds one folder for each student."


def main(given: list[str]) -> int:
    """Write the report, and say where it is; 2 where that is not possible."""
    if not 1 <= len(given) <= 2 or given[0].startswith("-"):
        print(USAGE)
        return 2
    try:
        folder, out = given[0], given[1] if len(given) == 2 else OUT
        page = report_class(folder, out, lambda done, of: print(f"{done} of {of} checked", flush=True))
    except (ValueError, OSError) as why:
        print(f"No report was written: {why}.")
        return 2
    print(f"Open {page} in a browser.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
