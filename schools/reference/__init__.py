"""Compiles the reference tables in `data/` from open data files; pure Python, knows no database.

`build.compile_tables(source_dir)` is the way in; `data/README.md` describes what comes out.
"""
