//! The companies that the demonstration may audit, in the program itself.

use std::collections::BTreeSet;

/// A company: its files by their paths, each with its bytes.
pub(super) struct Sample {
    files: &'static [(&'static str, &'static [u8])],
}

impl Sample {
    /// Every file, by its path below the company's folder.
    pub(super) fn files(&self) -> impl Iterator<Item = (&'static str, &'static [u8])> {
        self.files.iter().copied()
    }

    /// One file, where the company has it.
    pub(super) fn file(&self, path: &str) -> Option<&'static [u8]> {
        self.files().find(|it| it.0 == path).map(|it| it.1)
    }

    /// The names of the folders in `folder`, which ends in a slash: `instances/` has those that are
    /// audited, `gone/` those that were there in every earlier state and are no more.
    pub(super) fn names(&self, folder: &str) -> impl Iterator<Item = &'static str> {
        let below = self.files().filter_map(|it| it.0.strip_prefix(folder));
        let names: BTreeSet<&str> = below.filter_map(|path| path.split('/').next()).collect();
        names.into_iter()
    }
}

/// Names the files of a company below `sample-data`, and carries their bytes.
macro_rules! sample {
    ($(#[doc = $about:literal])+ $name:ident in $folder:literal: $($path:literal),+ $(,)?) => {
        $(#[doc = $about])+
        pub(super) const $name: Sample = Sample {
            files: &[$((
                $path,
                include_bytes!(concat!("../../../sample-data/", $folder, "/", $path)),
            )),+],
        };
    };
}

sample! {
    /// A company as one believes it.
    COMPANY in "company":
    "approvals.csv",
    "baseline.csv",
    "earlier/112-days/cloud/access-tokens.json",
    "earlier/112-days/cloud/groups.json",
    "earlier/112-days/cloud/organization.json",
    "earlier/112-days/cloud/users.json",
    "earlier/112-days/eu/groups.json",
    "earlier/112-days/eu/users.json",
    "earlier/112-days/legacy/users.json",
    "earlier/112-days/roster.csv",
    "earlier/140-days/cloud/access-tokens.json",
    "earlier/140-days/cloud/groups.json",
    "earlier/140-days/cloud/organization.json",
    "earlier/140-days/cloud/users.json",
    "earlier/140-days/eu/groups.json",
    "earlier/140-days/eu/users.json",
    "earlier/140-days/legacy/users.json",
    "earlier/140-days/roster.csv",
    "earlier/168-days/cloud/access-tokens.json",
    "earlier/168-days/cloud/groups.json",
    "earlier/168-days/cloud/organization.json",
    "earlier/168-days/cloud/users.json",
    "earlier/168-days/eu/groups.json",
    "earlier/168-days/eu/users.json",
    "earlier/168-days/legacy/groups.json",
    "earlier/168-days/legacy/users.json",
    "earlier/168-days/roster.csv",
    "earlier/28-days/cloud/groups.json",
    "earlier/28-days/cloud/organization.json",
    "earlier/28-days/cloud/users.json",
    "earlier/28-days/eu/groups.json",
    "earlier/28-days/eu/users.json",
    "earlier/28-days/legacy/users.json",
    "earlier/28-days/roster.csv",
    "earlier/56-days/cloud/access-tokens.json",
    "earlier/56-days/cloud/groups.json",
    "earlier/56-days/cloud/organization.json",
    "earlier/56-days/cloud/users.json",
    "earlier/56-days/eu/groups.json",
    "earlier/56-days/eu/users.json",
    "earlier/56-days/legacy/users.json",
    "earlier/56-days/roster.csv",
    "earlier/84-days/cloud/access-tokens.json",
    "earlier/84-days/cloud/groups.json",
    "earlier/84-days/cloud/organization.json",
    "earlier/84-days/cloud/users.json",
    "earlier/84-days/eu/groups.json",
    "earlier/84-days/eu/users.json",
    "earlier/84-days/legacy/users.json",
    "earlier/84-days/roster.csv",
    "instances/cloud/access-requests.json",
    "instances/cloud/access-tokens.json",
    "instances/cloud/groups.json",
    "instances/cloud/organization.json",
    "instances/cloud/permissions.json",
    "instances/cloud/role-grants.json",
    "instances/cloud/roles.json",
    "instances/cloud/server.json",
    "instances/cloud/spaces.json",
    "instances/cloud/sso-config.json",
    "instances/cloud/usage-organizations.json",
    "instances/cloud/usage-user-summary.json",
    "instances/cloud/user-invites.json",
    "instances/cloud/users.json",
    "instances/eu/access-requests.json",
    "instances/eu/access-tokens.json",
    "instances/eu/groups.json",
    "instances/eu/organization.json",
    "instances/eu/role-grants.json",
    "instances/eu/roles.json",
    "instances/eu/server.json",
    "instances/eu/spaces.json",
    "instances/eu/sso-config.json",
    "instances/eu/usage-user-summary.json",
    "instances/eu/user-invites.json",
    "instances/eu/users.json",
    "instances/legacy/groups.json",
    "instances/legacy/server.json",
    "instances/legacy/user-invites.json",
    "instances/legacy/users.json",
    "logo.png",
    "responses.toml",
    "retool-audit.toml",
    "reviews.json",
    "roster.csv",
    "rules/approver-edits-apps.toml",
    "rules/two-departments.toml",
    "waivers.toml",
}

sample! {
    /// A company in which nearly every rule has an exception.
    EVERY_RULE in "every-rule":
    "approvals.csv",
    "baseline.csv",
    "earlier/112-days/cloud/users.json",
    "earlier/112-days/eu/users.json",
    "earlier/112-days/legacy/server.json",
    "earlier/140-days/cloud/users.json",
    "earlier/140-days/eu/users.json",
    "earlier/140-days/legacy/server.json",
    "earlier/168-days/cloud/users.json",
    "earlier/168-days/eu/users.json",
    "earlier/168-days/legacy/server.json",
    "earlier/168-days/legacy/users.json",
    "earlier/28-days/cloud/access-tokens.json",
    "earlier/28-days/cloud/groups.json",
    "earlier/28-days/cloud/organization.json",
    "earlier/28-days/cloud/users.json",
    "earlier/28-days/eu/groups.json",
    "earlier/28-days/eu/organization.json",
    "earlier/28-days/eu/users.json",
    "earlier/28-days/legacy/server.json",
    "earlier/28-days/roster.csv",
    "earlier/56-days/eu/groups.json",
    "earlier/56-days/legacy/groups.json",
    "earlier/56-days/legacy/server.json",
    "earlier/56-days/legacy/users.json",
    "earlier/84-days/cloud/users.json",
    "earlier/84-days/eu/users.json",
    "earlier/84-days/legacy/server.json",
    "gone/depot/groups.json",
    "gone/depot/server.json",
    "gone/depot/users.json",
    "instances/cloud/access-requests.json",
    "instances/cloud/access-tokens.json",
    "instances/cloud/groups.json",
    "instances/cloud/organization.json",
    "instances/cloud/permissions.json",
    "instances/cloud/role-grants.json",
    "instances/cloud/roles.json",
    "instances/cloud/server.json",
    "instances/cloud/spaces.json",
    "instances/cloud/sso-config.json",
    "instances/cloud/usage-organizations.json",
    "instances/cloud/usage-user-summary.json",
    "instances/cloud/user-invites.json",
    "instances/cloud/users.json",
    "instances/eu/access-requests.json",
    "instances/eu/access-tokens.json",
    "instances/eu/groups.json",
    "instances/eu/organization.json",
    "instances/eu/role-grants.json",
    "instances/eu/roles.json",
    "instances/eu/server.json",
    "instances/eu/spaces.json",
    "instances/eu/sso-config.json",
    "instances/eu/usage-user-summary.json",
    "instances/eu/user-invites.json",
    "instances/eu/users.json",
    "instances/legacy/groups.json",
    "instances/legacy/server.json",
    "instances/legacy/user-invites.json",
    "instances/legacy/users.json",
    "logo.png",
    "retool-audit.toml",
    "reviews.json",
    "roster.csv",
    "rules/approver-edits-apps.toml",
    "rules/oversized-group.toml",
    "rules/two-departments.toml",
    "waivers.toml",
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn carries_every_file_of_the_samples() {
        for (folder, sample) in [("company", COMPANY), ("every-rule", EVERY_RULE)] {
            let root = Path::new("sample-data").join(folder);
            let mut on_disk = Vec::new();
            list(&root, &root, &mut on_disk);
            on_disk.retain(|it| it != "README.md");
            on_disk.sort();
            let mut carried: Vec<String> = sample.files().map(|it| it.0.to_owned()).collect();
            carried.sort();
            assert_eq!(carried, on_disk);
        }

        fn list(root: &Path, dir: &Path, res: &mut Vec<String>) {
            for entry in fs::read_dir(dir).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    list(root, &path, res);
                } else {
                    let path = path.strip_prefix(root).unwrap();
                    res.push(path.to_string_lossy().replace('\\', "/"));
                }
            }
        }
    }
}
