//! One test binary: polars is linked once, not once per file.

mod attack;
mod before;
mod branding;
mod browser;
mod check;
mod cli;
mod collect;
mod controls;
mod evidence;
mod gaps;
mod home;
mod hostile;
mod import;
mod interrupt;
mod messages;
mod model;
mod months;
mod oscal;
mod own;
mod pack;
mod paper;
mod readme;
mod references;
mod tidy;
mod truth;
