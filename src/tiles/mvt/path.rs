//! The commands of a feature's geometry: a pen that is moved in whole units (MVT 2.1, 4.3).

/// Commands and parameters of one or many features, one after the other.
#[derive(Debug, Default)]
pub struct Path {
    commands: Vec<u32>,
    cursor: [i32; 2],
}

const MOVE_TO: u32 = 1;
const LINE_TO: u32 = 2;
const CLOSE_PATH: u32 = 7;

impl Path {
    /// Begins a feature; gives the place of its first command.
    pub fn begin(&mut self) -> usize {
        self.cursor = [0, 0];
        self.commands.len()
    }

    /// Forgets all features.
    pub fn clear(&mut self) {
        self.commands.clear();
    }

    /// The commands from a place on.
    pub fn since(&self, start: usize) -> &[u32] {
        &self.commands[start..]
    }

    /// The commands of a range.
    pub fn commands(&self, range: std::ops::Range<usize>) -> &[u32] {
        &self.commands[range]
    }

    /// Where the next command comes.
    pub fn end(&self) -> usize {
        self.commands.len()
    }

    /// Points, at least one.
    pub fn points(&mut self, points: &[[i32; 2]]) {
        self.commands.push(command(MOVE_TO, points.len()));
        points.iter().for_each(|point| self.step(*point));
    }

    /// A line of at least two points, each different from the one before.
    pub fn line(&mut self, points: &[[i32; 2]]) {
        let Some((first, rest)) = points.split_first() else { return };
        self.commands.push(command(MOVE_TO, 1));
        self.step(*first);
        self.commands.push(command(LINE_TO, rest.len()));
        rest.iter().for_each(|point| self.step(*point));
    }

    /// A ring of at least three points; its last is joined to its first, which is not repeated. An exterior ring has
    /// positive area ([`area`]) and interior rings follow theirs with negative area: the caller sees to it.
    pub fn ring(&mut self, points: &[[i32; 2]]) {
        self.line(points);
        self.commands.push(command(CLOSE_PATH, 1));
    }

    fn step(&mut self, to: [i32; 2]) {
        let [x, y] = to;
        self.commands.push(zigzag(x - self.cursor[0]));
        self.commands.push(zigzag(y - self.cursor[1]));
        self.cursor = to;
    }
}

/// Twice the area of a ring by the surveyor's formula in the tile's axes: positive for exterior rings (MVT 2.1, 4.3.3.3).
pub fn area(ring: &[[i32; 2]]) -> i64 {
    let Some(last) = ring.last() else { return 0 };
    let mut before = *last;
    let mut sum = 0i64;
    for point in ring {
        sum += i64::from(before[0]) * i64::from(point[1]) - i64::from(point[0]) * i64::from(before[1]);
        before = *point;
    }
    sum
}

fn command(id: u32, count: usize) -> u32 {
    (id & 7) | (count as u32) << 3
}

fn zigzag(number: i32) -> u32 {
    ((number << 1) ^ (number >> 31)).cast_unsigned()
}
