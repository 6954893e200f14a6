//! What a line of the data dictionary becomes: an expression, a typed field, a description.

/// Declares tables: an enum of them, and a module with a function per column, a row, and a builder.
macro_rules! tables {
    ($(
        $(#[doc = $about:literal])+
        $table:ident $(in $file:literal)? by [$($key:ident),*] as $module:ident {
            $( $(#[doc = $meaning:literal])+ $shown:ident: $kind:ident $(? $null:ident $(($flag:literal))?)?, )+
            ---
            $( $(#[doc = $also:literal])+ $hidden:ident: $hkind:ident $(? $hnull:ident $(($hflag:literal))?)?, )*
        }
    )+) => {
        /// One of the tables that a snapshot is turned into.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Table {
            $( $(#[doc = $about])+ $table, )+
        }

        impl Table {
            /// Every table, in reading order.
            pub const ALL: &[Self] = &[$( Self::$table ),+];

            /// The table's name in words of this program.
            pub fn name(self) -> &'static str {
                match self { $( Self::$table => stringify!($module), )+ }
            }

            /// What SQL calls the table, and its file among the typed tables.
            pub fn sql_name(self) -> &'static str {
                static NAMES: LazyLock<Vec<String>> =
                    LazyLock::new(|| vec![$( snake_case(stringify!($table)) ),+]);
                &NAMES[self as usize]
            }

            /// The CSV file that holds the table, without its ending.
            pub fn file(self) -> Option<&'static str> {
                match self { $( Self::$table => None $(.or(Some($file)))?, )+ }
            }

            /// The columns that rows are sorted by, and that tell them apart within the file.
            pub fn sort_keys(self) -> Vec<&'static str> {
                match self { $( Self::$table => vec!["instance" $(, stringify!($key))*], )+ }
            }

            /// What a row of the table is.
            pub fn meaning(self) -> &'static str {
                match self { $( Self::$table => concat!($($about),+).trim_ascii(), )+ }
            }

            /// The columns, in reading order.
            pub fn columns(self) -> Vec<ColumnMeta> {
                match self { $( Self::$table => $module::columns(), )+ }
            }

            /// The columns' types in a frame.
            pub fn schema(self) -> Schema {
                match self { $( Self::$table => $module::Rows::default().finish().schema().as_ref().clone(), )+ }
            }
        }

        $(
            $(#[doc = $about])+
            pub mod $module {
                use super::{DataFrame, Expr, ColumnKind, ColumnMeta, Null, PolarsResult, cell, col, given, null};

                $( $(#[doc = $meaning])+ pub fn $shown() -> Expr { col(stringify!($shown)) } )+
                $( $(#[doc = $also])+ pub fn $hidden() -> Expr { col(stringify!($hidden)) } )*

                /// One row, typed by the dictionary.
                #[derive(Clone, Debug)]
                pub struct Row<'a> {
                    $( $(#[doc = $meaning])+ pub $shown: cell!('a $kind $(? $null)?), )+
                    $( $(#[doc = $also])+ pub $hidden: cell!('a $hkind $(? $hnull)?), )*
                }

                /// The rows gathered so far.
                #[expect(missing_debug_implementations, reason = "polars' builders have none")]
                pub struct Rows {
                    height: usize,
                    $( $shown: <super::$kind as ColumnKind>::Builder, )+
                    $( $hidden: <super::$hkind as ColumnKind>::Builder, )*
                }

                impl Default for Rows {
                    fn default() -> Self {
                        Self::with_room(0)
                    }
                }

                impl Rows {
                    /// No rows yet, and capacity for so many.
                    pub fn with_room(room: usize) -> Self {
                        Self {
                            height: 0,
                            $( $shown: <super::$kind as ColumnKind>::start(stringify!($shown), room), )+
                            $( $hidden: <super::$hkind as ColumnKind>::start(stringify!($hidden), room), )*
                        }
                    }

                    /// Adds a row.
                    pub fn push(&mut self, row: Row<'_>) {
                        self.height += 1;
                        $( <super::$kind as ColumnKind>::push(&mut self.$shown, row.$shown.into()); )+
                        $( <super::$hkind as ColumnKind>::push(&mut self.$hidden, row.$hidden.into()); )*
                    }

                    /// The frame.
                    pub fn finish(self) -> DataFrame {
                        let columns = vec![
                            $( <super::$kind as ColumnKind>::finish(self.$shown), )+
                            $( <super::$hkind as ColumnKind>::finish(self.$hidden), )*
                        ];
                        DataFrame::new(self.height, columns).expect("columns of equal length")
                    }
                }

                /// The rows of a frame of the table, top down, as they were pushed.
                ///
                /// # Errors
                ///
                /// Where the frame lacks a column of the dictionary.
                ///
                /// # Panics
                ///
                /// Where a cell is missing that never is by the dictionary.
                pub fn read_rows(frame: &DataFrame) -> PolarsResult<impl Iterator<Item = Row<'_>>> {
                    $( let $shown = <super::$kind as ColumnKind>::cells(frame.column(stringify!($shown))?)?; )+
                    $( let $hidden = <super::$hkind as ColumnKind>::cells(frame.column(stringify!($hidden))?)?; )*
                    let row = move |row: usize| Row {
                        $( $shown: given!(<super::$kind as ColumnKind>::cell(&$shown, row) $(, $null)?), )+
                        $( $hidden: given!(<super::$hkind as ColumnKind>::cell(&$hidden, row) $(, $hnull)?), )*
                    };
                    Ok((0..frame.height()).map(row))
                }

                pub(super) fn columns() -> Vec<ColumnMeta> {
                    vec![
                        $( ColumnMeta {
                            name: stringify!($shown),
                            kind: <super::$kind as ColumnKind>::NAME,
                            null: null!($($null $(($flag))?)?),
                            meaning: concat!($($meaning),+).trim_ascii(),
                            shown: true,
                        }, )+
                        $( ColumnMeta {
                            name: stringify!($hidden),
                            kind: <super::$hkind as ColumnKind>::NAME,
                            null: null!($($hnull $(($hflag))?)?),
                            meaning: concat!($($also),+).trim_ascii(),
                            shown: false,
                        }, )*
                    ]
                }
            }
        )+
    };
}

/// `EffectiveAccess` as `effective_access`.
pub(crate) fn snake_case(name: &str) -> String {
    let mut res = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !res.is_empty() {
            res.push('_');
        }
        res.extend(letter.to_lowercase());
    }
    res
}

/// The type of a row's field.
macro_rules! cell {
    ($life:lifetime $kind:ident) => { <super::$kind as ColumnKind>::Given<$life> };
    ($life:lifetime $kind:ident ? $null:ident) => { Option<<super::$kind as ColumnKind>::Given<$life>> };
}

/// A cell as a row's field has it.
macro_rules! given {
    ($cell:expr) => {
        $cell.expect("a column that never lacks a cell")
    };
    ($cell:expr, $null:ident) => {
        $cell
    };
}

/// What a missing cell means.
macro_rules! null {
    () => {
        Null::Never
    };
    (unknown) => {
        Null::Unknown
    };
    (absent) => {
        Null::Absent
    };
    (absent_if ($flag:literal)) => {
        Null::AbsentIf($flag)
    };
    (bound_of ($column:literal)) => {
        Null::BoundOf($column)
    };
}

pub(crate) use {cell, given, null, tables};
