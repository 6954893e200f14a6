//! The part of the steps that Terraform can take, for one instance.

use std::collections::BTreeMap;

use markup_pdf::text::visible;

use super::remedy::{Managed, Remedy};
use super::{PlanHead, PlannedStep};

/// What to do with the file; the provider has no resource for who is in a group.
const HOW: &str = "\
# For what Terraform does not manage yet: `terraform plan -generate-config-out=reviewed.tf` writes it
# down as it is. Make there the changes that stand above each block, see in `terraform plan` that
# they are the only ones, and apply. What your configuration has already is changed there instead.
# Who is in a group the provider does not manage: the script has that.
";

/// Import blocks for the accounts and grants among the steps, each with what to change; none where
/// the provider manages nothing of them.
pub fn terraform(head: PlanHead<'_>, steps: &[PlannedStep<'_>]) -> Option<String> {
    let mut resources: BTreeMap<(&str, &str), String> = BTreeMap::new();
    for step in steps {
        let Remedy::Request(request) = &step.remedy else { continue };
        let Some(Managed { resource, id, change }) = &request.managed else { continue };
        let told = format!(
            "\n# {}\n#   {}\n#   {change}\n",
            visible(&step.title()),
            visible(&step.decided()),
        );
        resources.entry((resource, id)).or_default().push_str(&told);
    }
    if resources.is_empty() {
        return None;
    }
    let head = format!(
        "# Remediation of campaign {}, instance {}, for the provider tryretool/retool.\n\
         # The last entry of the record has the SHA-256 {}.\n#\n{HOW}",
        visible(head.campaign_id),
        visible(head.instance),
        head.last_entry,
    );
    let blocks = resources.into_iter().map(|((resource, id), told)| {
        let name: String =
            id.chars().map(|it| if it.is_ascii_alphanumeric() { it } else { '_' }).collect();
        format!("{told}import {{\n  to = {resource}.id_{name}\n  id = \"{id}\"\n}}\n")
    });
    Some(std::iter::once(head).chain(blocks).collect())
}
