//! The steps for one instance as a script.

use markup_pdf::text::visible;

use super::remedy::Remedy;
use super::{PlanHead, PlannedStep};

/// What every script does, whatever its steps are.
pub(super) const FUNCTIONS: &str = include_str!("functions.sh");

/// The steps for one instance as a script for bash, with curl and jq.
pub fn script(head: PlanHead<'_>, steps: &[PlannedStep<'_>]) -> String {
    let mut scopes: Vec<&str> = steps.iter().filter_map(|it| it.remedy.scope()).collect();
    scopes.sort_unstable();
    scopes.dedup();
    let scopes = if scopes.is_empty() { "none".to_owned() } else { scopes.join(", ") };
    let head = format!(
        "#!/usr/bin/env bash\n\
         # Remediation of campaign {}, instance {}.\n\
         # The last entry of the record has the SHA-256 {}.\n\
         # Scopes that the token needs: {scopes}, and the same with Read.\n\n\
         readonly instance={}\n\
         readonly api={}\n\
         {FUNCTIONS}\n",
        visible(head.campaign_id),
        visible(head.instance),
        head.last_entry,
        quoted(head.instance),
        quoted(&format!("{}/api/v2", head.url)),
    );
    let steps = steps.iter().map(command);
    std::iter::once(head).chain(steps).chain(["end\n".to_owned()]).collect()
}

/// One step as a call of a function of the script.
fn command(step: &PlannedStep<'_>) -> String {
    let (title, decided) = (step.title(), step.decided());
    let (function, words) = match &step.remedy {
        Remedy::Request(it) => {
            ("request", vec![&title, &decided, &it.state, &it.held, it.method, &it.path, &it.body])
        }
        Remedy::ByHand(what) => ("by_hand", vec![&*title, &decided, what]),
    };
    let words: Vec<String> = words.into_iter().map(quoted).collect();
    format!("{function} {}\n\n", words.join(" \\\n  "))
}

/// A word of a shell that is exactly `text`, with nothing in it that acts unseen.
fn quoted(text: &str) -> String {
    format!("'{}'", visible(text).replace('\'', r"'\''"))
}
