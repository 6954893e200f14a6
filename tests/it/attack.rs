//! What was attacked once, and holds.

mod cost;
