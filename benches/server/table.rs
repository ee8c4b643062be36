//! The table at the end.

use std::fmt;
use std::time::Duration;

use geokontor::store::Store;

use crate::Outcome;

/// One measured thing beside its floor.
#[derive(Debug, Clone)]
pub struct Row {
    pub what: String,
    pub data: String,
    pub measured: String,
    pub floor: String,
    /// In words, and whether it is met; `None` where there is none.
    pub target: Option<(String, bool)>,
}

/// All of them, and what they were measured on.
#[derive(Debug)]
pub struct Table {
    pub machine: String,
    pub rows: Vec<Row>,
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n", self.machine)?;
        writeln!(f, "| what | data | measured | floor, same run | target | met |")?;
        writeln!(f, "|---|---|---|---|---|---|")?;
        for Row { what, data, measured, floor, target } in &self.rows {
            let (target, met) = match target {
                None => ("–", "–"),
                Some((words, met)) => (words.as_str(), if *met { "yes" } else { "**no**" }),
            };
            writeln!(f, "| {what} | {data} | {measured} | {floor} | {target} | {met} |")?;
        }
        Ok(())
    }
}

/// Cores and versions.
pub async fn machine(store: &Store) -> Outcome<String> {
    let cpus = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let models: Vec<&str> = cpus.lines().filter_map(|line| line.strip_prefix("model name")).collect();
    let model = models.first().map_or("unknown processor", |model| model.trim_start_matches([' ', '\t', ':']));
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    Ok(format!(
        "{} cores of {model}; geokontor {}, {}; load of the machine at the end {}",
        std::thread::available_parallelism()?,
        env!("CARGO_PKG_VERSION"),
        store.versions().await?,
        load.split(' ').next().unwrap_or("unknown"),
    ))
}

/// Milliseconds with what digits are worth showing.
pub fn ms(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}

/// The middle one.
pub fn median<T: Copy + PartialOrd>(mut values: Vec<T>) -> Option<T> {
    values.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    values.get(values.len() / 2).copied()
}

/// 1000000 as 1,000,000.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (nth, digit) in digits.chars().enumerate() {
        if nth > 0 && (digits.len() - nth).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
