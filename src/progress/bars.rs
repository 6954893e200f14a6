//! One moving line per instance, on a terminal.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::{is_notable, words};
use crate::collect::{Event, News};
use crate::report::text::visible;

/// How often a line moves while nothing comes.
const TICK: Duration = Duration::from_millis(120);

/// The lines, by instance.
#[derive(Debug)]
pub(super) struct Bars {
    all: MultiProgress,
    lines: Mutex<BTreeMap<String, ProgressBar>>,
    template: &'static str,
}

impl Bars {
    pub(super) fn new(color: bool) -> Self {
        let template = if color {
            "{spinner:.cyan} {prefix:<12.bold} {wide_msg}"
        } else {
            "{spinner} {prefix:<12} {wide_msg}"
        };
        Self { all: MultiProgress::new(), lines: Mutex::default(), template }
    }

    fn style(&self) -> ProgressStyle {
        let style = ProgressStyle::with_template(self.template).expect("a template");
        style.tick_chars("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏✓")
    }

    /// Moves the line of the instance; what is missing stays on the screen above the lines.
    pub(super) fn event(&self, event: Event<'_>) {
        let mut lines = self.lines.lock().unwrap_or_else(|it| it.into_inner());
        let line = lines.entry(event.instance.to_owned()).or_insert_with(|| {
            let line = self.all.add(ProgressBar::new_spinner().with_style(self.style()));
            line.set_prefix(visible(event.instance).into_owned());
            line.enable_steady_tick(TICK);
            line
        });
        let words = words(event.news);
        match event.news {
            News::Started | News::Page { .. } => line.set_message(words),
            News::Gap { .. } if !is_notable(event.news) => {}
            News::Cost { .. } | News::Gap { .. } | News::Doubt { .. } | News::GaveUp { .. } => {
                let gap = format!("  {:<12} {words}", visible(event.instance));
                // A terminal that went away is no reason to stop collecting.
                self.all.println(gap).ok();
            }
            News::Done(_) => line.finish_with_message(words),
        }
    }
}
