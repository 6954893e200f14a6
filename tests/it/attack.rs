//! What an attacker may do who can write where evidence lies, runs a server, or sets a clock.

mod cost;
mod earlier;
mod seal;
mod secrets;
