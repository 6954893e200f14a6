//! Levels on kinds of thing that this program does not know, sifted from a group's fields.
//!
//! Retool has grown one kind after another: apps, resources, workflows, the query library, agents.
//! The next one must not be dropped in silence, so every field that is spelled as such a level is
//! kept under the name of its kind.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeSeed, Error as _, IntoDeserializer as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Group;

/// The kinds that have a field of their own.
const KNOWN: &[&str] = &["app", "resource", "workflow", "query_library", "agent"];

/// The kind that a field gives a level on, where this program does not know that kind.
fn unknown_kind(field: &str) -> Option<&str> {
    let kind = field.strip_prefix("universal_")?.strip_suffix("_access")?;
    (!KNOWN.contains(&kind)).then_some(kind)
}

impl<'de> Deserialize<'de> for Group {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        source.deserialize_map(Sieve)
    }
}

impl Serialize for Group {
    fn serialize<S: Serializer>(&self, sink: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, sink)
    }
}

struct Sieve;

impl<'de> Visitor<'de> for Sieve {
    type Value = Group;

    fn expecting(&self, it: &mut fmt::Formatter<'_>) -> fmt::Result {
        it.write_str("a group")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Group, A::Error> {
        let mut found = BTreeMap::new();
        let rest = UnsiftedFields { map, found: &mut found };
        let mut res = Group::deserialize(MapAccessDeserializer::new(rest))?;
        res.other_access.extend(found);
        Ok(res)
    }
}

/// The fields of a group but those that are sifted out.
struct UnsiftedFields<'f, A> {
    map: A,
    found: &'f mut BTreeMap<String, Option<String>>,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for UnsiftedFields<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        while let Some(field) = self.map.next_key::<String>()? {
            let Some(kind) = unknown_kind(&field) else {
                return seed.deserialize(field.into_deserializer()).map(Some);
            };
            let level = match self.map.next_value::<serde_json::Value>()? {
                serde_json::Value::Null => None,
                serde_json::Value::String(it) => Some(it),
                other => Some(other.to_string()),
            };
            if self.found.insert(kind.to_owned(), level).is_some() {
                return Err(A::Error::custom(format!("duplicate field `{field}`")));
            }
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}

#[cfg(test)]
mod tests {
    use super::Group;

    #[test]
    fn a_level_on_a_kind_that_nobody_knows_is_kept_and_read_back() {
        let text = r#"{"id": 7, "universal_agent_access": "own", "universal_teleporter_access": "edit",
            "universal_moon_access": null, "universal_sun_access": 3, "theme_access": true}"#;
        let group: Group = serde_json::from_str(text).expect("a group");
        let stored = serde_json::to_string(&group).expect("JSON");
        insta::assert_snapshot!(stored, @r#"{"id":"7","universal_agent_access":"own","other_access":{"moon":null,"sun":"3","teleporter":"edit"},"theme_access":true}"#);
        assert_eq!(serde_json::from_str::<Group>(&stored).expect("a group"), group);
        let twice = r#"{"id": 7, "universal_moon_access": "none", "universal_moon_access": "own"}"#;
        assert!(serde_json::from_str::<Group>(twice).is_err());
    }
}
