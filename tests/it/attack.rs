//! What was attacked once and must hold: servers, files and folders that others control.

mod secrets;
