//! The accounts of `users.csv`.

use super::sheet::{self, ImportedRecords, ImportedRow};
use crate::address;
use crate::snapshot::record::{Id, User};

const COLUMNS: &[&str] = &[
    "user_id",
    "email",
    "first_name",
    "last_name",
    "active",
    "created_at",
    "last_active",
    "is_admin",
    "user_type",
    "two_factor",
    "seat_type",
];

/// Reads the accounts; of one that comes twice and differs, the first is kept.
pub(super) fn read(name: &str, bytes: &[u8]) -> Result<ImportedRecords<User>, String> {
    let sheet = sheet::read(name, bytes, COLUMNS)?;
    if !sheet.has("user_id") && !sheet.has("email") {
        return Err(format!("`{name}` line 1: has neither `user_id` nor `email`"));
    }
    Ok(sheet.distinct(user, |it| &it.id))
}

fn user(line: &ImportedRow<'_>) -> User {
    let email = line.text("email");
    // Where nothing else distinguishes accounts, the address does, whatever its case.
    let id = line
        .text("user_id")
        .or_else(|| email.as_deref().map(|it| address::normal(it).into_owned()));
    User {
        id: id.map_or_else(|| line.made_up_id(), Id),
        legacy_id: None,
        email,
        first_name: line.text("first_name"),
        last_name: line.text("last_name"),
        active: line.flag("active"),
        created_at: line.time("created_at"),
        last_active: line.stated_time("last_active"),
        is_admin: line.flag("is_admin"),
        user_type: line.text("user_type"),
        two_factor_auth_enabled: line.flag("two_factor"),
        seat_type: line.stated_text("seat_type"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, proptest};

    use super::super::groups;
    use super::read;

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            if let Err(it) = read("users.csv", &bytes) {
                prop_assert!(it.starts_with("`users.csv` line "), "{it}");
            }
        }

        #[test]
        fn any_cells_are_read_or_refused_with_their_line(
            cells in "(user_id|email|active|last_active|seat_type|[a-z;,\"\n@1-]|\\PC){0,40}",
        ) {
            let text = format!("user_id,email,active,last_active\n{cells}");
            match read("users.csv", text.as_bytes()) {
                Ok(it) => {
                    prop_assert!(it.records.len() as u64 <= it.received);
                    let groups = format!("name,app_access\n{cells}");
                    let members = format!("group,user\n{cells}");
                    let members = groups::members("m", members.as_bytes(), &it.records);
                    groups::read("g", groups.as_bytes(), members.ok()).ok();
                }
                Err(it) => prop_assert!(it.starts_with("`users.csv` line "), "{it}"),
            }
        }

        #[test]
        fn every_account_of_a_sound_table_is_kept(
            ids in proptest::collection::btree_set("[a-z]{1,8}", 0..40),
        ) {
            let rows: Vec<String> = ids.iter().map(|id| format!("id-{id}")).collect();
            let text = format!("user_id\n{}", rows.join("\r\n"));
            let read = read("users.csv", text.as_bytes()).expect("it is sound");
            let kept: Vec<String> = read.records.into_iter().map(|record| record.id.0).collect();
            prop_assert!(kept == rows);
        }
    }
}
