//! What somebody may do who can write where evidence lies, who runs a server, or who sets a clock.

mod earlier;
mod seal;
mod secrets;
