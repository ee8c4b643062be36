//! How many slips of the finger lie between two words.

/// Longer words are compared as far as this.
const LONGEST: usize = 48;

/// How many errors are forgiven in a word of so many letters: none in short ones, where nearly everything is one error
/// from everything.
pub fn forgiven(letters: usize) -> u8 {
    match letters {
        0..4 => 0,
        4..8 => 1,
        _ => 2,
    }
}

/// Errors between what was typed and a word, and between it and the beginning of the word that is nearest to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Errors {
    pub whole: u8,
    pub beginning: u8,
}

/// Counts what is missing, too much, wrong or swapped with its neighbour (the optimal string alignment distance). `None`
/// when even the beginning has more than `most`.
pub fn errors(typed: &str, word: &str, most: u8) -> Option<Errors> {
    let typed = &typed.as_bytes()[..typed.len().min(LONGEST)];
    let word = &word.as_bytes()[..word.len().min(LONGEST)];
    let far = most + 1;
    let mut rows = [[far; LONGEST + 1]; 3];
    for (column, cell) in rows[0].iter_mut().take(typed.len() + 1).enumerate() {
        *cell = (column as u8).min(far);
    }
    let end = typed.len();
    let mut best = Errors { whole: far, beginning: rows[0][end] };
    for (nth, letter) in word.iter().enumerate() {
        let (now, before, earlier) = ((nth + 1) % 3, nth % 3, (nth + 2) % 3);
        rows[now][0] = (nth as u8 + 1).min(far);
        let mut least = rows[now][0];
        for column in 1..=end {
            let same = typed[column - 1] == *letter;
            let mut cell = rows[before][column - 1] + u8::from(!same);
            cell = cell.min(rows[before][column] + 1).min(rows[now][column - 1] + 1);
            if nth > 0 && column > 1 && typed[column - 1] == word[nth - 1] && typed[column - 2] == *letter {
                cell = cell.min(rows[earlier][column - 2] + 1);
            }
            rows[now][column] = cell.min(far);
            least = least.min(cell);
        }
        best.beginning = best.beginning.min(rows[now][end]);
        // A swap reaches back two rows.
        if least > most && rows[before][..=end].iter().all(|cell| *cell > most) {
            return (best.beginning <= most).then_some(best);
        }
        if nth + 1 == word.len() {
            best.whole = rows[now][end];
        }
    }
    (best.beginning <= most).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_of_each_kind_is_one_error() {
        for typed in ["gadebush", "gadebuschh", "gadebusck", "gadebucsh", "agdebusch"] {
            assert_eq!(errors(typed, "gadebusch", 2).map(|errors| errors.whole), Some(1), "{typed}");
        }
        assert_eq!(errors("wismar", "gadebusch", 2), None);
        assert_eq!(errors("gadebusch", "gadebusch", 2), Some(Errors { whole: 0, beginning: 0 }));
    }

    #[test]
    fn the_beginning_of_a_word_is_found_in_it() {
        assert_eq!(errors("gadeb", "gadebusch", 1), Some(Errors { whole: 2, beginning: 0 }));
        assert_eq!(errors("gaedb", "gadebusch", 1), Some(Errors { whole: 2, beginning: 1 }));
        assert_eq!(errors("gadebuschs", "gadeb", 2), None);
    }
}
