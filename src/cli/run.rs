//! The options of `run`.

use std::time::Duration;

use clap::Args;

use super::ReportArgs;

/// What `run` makes, and how long it may take.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// Where to, and when to fail.
    #[command(flatten)]
    pub job: ReportArgs,
    /// End after so long, such as 90m or 2h, with nothing half-made; a scheduler may be less kind.
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub deadline: Option<Duration>,
    /// Send no notice, whatever the configuration says.
    #[arg(long)]
    pub no_notify: bool,
}

/// A time as people write it: `45s`, `90m`, `2h`.
fn duration(text: &str) -> Result<Duration, String> {
    let unit = text.chars().last().filter(|it| it.is_ascii_alphabetic());
    let number = text.strip_suffix(|it: char| Some(it) == unit).unwrap_or(text).parse::<u32>();
    match (number, unit) {
        (Ok(1..), None) => Err(format!("write `{text}s`, `{text}m` or `{text}h`")),
        (Ok(it @ 1..), Some('s')) => Ok(Duration::from_secs(u64::from(it))),
        (Ok(it @ 1..), Some('m')) => Ok(Duration::from_mins(u64::from(it))),
        (Ok(it @ 1..), Some('h')) => Ok(Duration::from_hours(u64::from(it))),
        _ => Err("write a number with `s`, `m` or `h` behind it, such as `90m`".to_owned()),
    }
}
