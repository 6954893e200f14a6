//! Monthly access-review evidence for Retool: collect, judge, report.
//!
//! Data flows one way, and each module imports only what stands above it:
//!
//! ```text
//! config -> roster -> snapshot -> retool -> collect -> tables -> rules -> audit -> report -> pack -> run
//! ```
pub mod config;
pub mod roster;
pub mod snapshot;
pub mod retool;
pub mod stand_in;
pub mod collect;
pub mod tables;
pub mod terms;
pub mod rules;
pub mod controls;
pub mod audit;
pub mod report;
pub mod pack;
pub mod cli;
pub mod progress;
pub mod run;
