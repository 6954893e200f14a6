//! Whoever is told of packs: whether their secrets are there, and, where that is asked for, whether
//! they can be reached.

use tokio::runtime::Handle;

use super::table::{CheckLine, line};
use crate::config::Config;
use crate::config::notify::Receiver;
use crate::notify;
use crate::run::now;

/// What a check finds of receivers.
pub(super) struct CheckedReceivers {
    pub(super) lines: Vec<CheckLine>,
    /// Those that cannot be told.
    pub(super) unreached: Vec<String>,
}

/// Looks at every receiver; with `tries`, reaches each of them.
pub(super) fn look(config: &Config, tries: bool) -> CheckedReceivers {
    let mut res = CheckedReceivers { lines: Vec::new(), unreached: Vec::new() };
    for it in &config.notify.receivers {
        let what = format!("notice {}", it.name);
        let looking = async {
            if tries {
                notify::attempt(it, &config.organization.name, now()).await
            } else {
                notify::has_secrets(it).await.map(|()| untried(it))
            }
        };
        res.lines.push(match Handle::current().block_on(looking) {
            Ok(words) => line(&what, &words, ""),
            Err(why) => {
                res.unreached.push(it.name.clone());
                let remedy = "correct `[notify]`, or see to the service; `docs/notices.md`";
                CheckLine { failed: true, ..line(&what, &why, remedy) }
            }
        });
    }
    res
}

fn untried(it: &Receiver) -> String {
    format!("{}, not tried: `--notify` does", it.channel.kind())
}
