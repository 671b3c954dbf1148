//! Chance that can be had again, by its seed.

/// `SplitMix64`.
#[derive(Debug, Clone)]
pub struct Random(pub u64);

impl Random {
    /// The chance of one step of one of many: what it draws does not depend on the others' draws.
    pub fn of(seed: u64, who: u64, step: u64) -> Self {
        let mut random = Self(seed);
        for part in [who, step] {
            random = Self(random.word() ^ part);
        }
        random
    }

    fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        word ^ (word >> 31)
    }

    /// Bytes that nothing packs into fewer.
    pub fn noise(&mut self, bytes: usize) -> Vec<u8> {
        let words = std::iter::repeat_with(|| self.word().to_be_bytes()).flatten();
        words.take(bytes).collect()
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.word() % bound
    }

    pub fn index(&mut self, bound: usize) -> usize {
        usize::try_from(self.below(u64::try_from(bound).unwrap())).unwrap()
    }

    /// One of these.
    pub fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        &among[self.index(among.len())]
    }

    /// True once in so many.
    pub fn once_in(&mut self, many: u64) -> bool {
        self.below(many) == 0
    }

    /// None, all or some of so many.
    pub fn part_of(&mut self, many: usize) -> usize {
        match self.below(4) {
            0 => 0,
            1 => many,
            _ => self.index(many + 1),
        }
    }
}
