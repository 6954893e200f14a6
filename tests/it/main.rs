//! One test binary: polars is linked once, not once per file.

mod collect;
mod readme;
mod tidy;
