//! How often the same was said of the rows of a file.

use super::RowReport;
use crate::exchange::remark::Remark;

/// How often the same was said, and where first.
#[derive(Debug, Clone)]
pub struct Sum {
    /// A reason not to take a row, rather than a warning.
    pub is_fault: bool,
    pub count: u64,
    pub line: u64,
    pub first: Remark,
}

/// Counts remarks by what is the matter and with which column.
#[derive(Debug, Default)]
pub struct Sums(Vec<Sum>);

impl Sums {
    /// Counts the remarks of a row in.
    pub fn add(&mut self, row: &RowReport) {
        row.faults.iter().for_each(|remark| self.count(true, row.line, remark));
        row.warnings.iter().for_each(|remark| self.count(false, row.line, remark));
    }

    fn count(&mut self, is_fault: bool, line: u64, remark: &Remark) {
        let is_same = |sum: &&mut Sum| sum.is_fault == is_fault && sum.first.kind() == remark.kind();
        match self.0.iter_mut().find(is_same) {
            Some(sum) => sum.count += 1,
            None => self.0.push(Sum { is_fault, count: 1, line, first: remark.clone() }),
        }
    }

    /// All sums: reasons before warnings, the most frequent first.
    pub fn sorted(mut self) -> Vec<Sum> {
        self.0.sort_by_key(|sum| (!sum.is_fault, std::cmp::Reverse(sum.count), sum.line));
        self.0
    }
}
