//! Names as people misspell them.
