//! What somebody may do who can write where evidence lies, who runs a server, or who sets a clock.

mod cost;
mod earlier;
mod seal;
mod secrets;
