using FsCheck;
using FsCheck.Fluent;
using Sida.Engine.Evaluation;
using Sida.Engine.Imaging;
using Sida.Web.Review;
using Sida.Web.Review.Editing;
using Sida.Web.Review.Quality;

namespace Sida.Web.Tests.Web.Review;

/// <summary>Agreement, distances and differences against values worked out by hand, and what must hold for all.</summary>
public sealed class AgreementMathTests
{
    [Fact]
    public void Cohens_kappa_is_the_one_worked_out_by_hand()
    {
        // 50 items, classes 0 and 1: both 0 twenty times, both 1 fifteen times, 0/1 five times, 1/0 ten times.
        // Observed 35/50 = 0.7; expected 25/50 * 30/50 + 25/50 * 20/50 = 0.5; (0.7 - 0.5) / (1 - 0.5) = 0.4.
        (int, int)[] ratings = [.. Repeat((0, 0), 20), .. Repeat((0, 1), 5), .. Repeat((1, 0), 10), .. Repeat((1, 1), 15)];
        Assert.Equal(0.4, Kappa.Cohen(ratings)!.Value, 12);
        Assert.Equal(1, Kappa.Cohen([(0, 0), (1, 1), (2, 2)])!.Value, 12);
        Assert.Equal(-1, Kappa.Cohen([(0, 1), (1, 0)])!.Value, 12);
        Assert.Null(Kappa.Cohen([]));
        Assert.Null(Kappa.Cohen([(1, 1), (1, 1)]));
    }

    [Fact]
    public void Fleiss_kappa_is_the_one_worked_out_by_hand()
    {
        // Three raters, three items: {0,0,0}, {0,0,1}, {1,1,2}. Agreement of pairs in each: 1, 1/3, 1/3, mean 5/9.
        // Classes: 5/9, 3/9, 1/9; squares sum to 35/81. (45/81 - 35/81) / (46/81) = 10/46.
        Assert.Equal(10.0 / 46, Kappa.Fleiss([[0, 0, 0], [0, 0, 1], [1, 1, 2]])!.Value, 12);
        Assert.Equal(10.0 / 46, Kappa.Fleiss([[0, 0, 0], [2], [0, 0, 1], [], [1, 1, 2]])!.Value, 12);
        Assert.Null(Kappa.Fleiss([[0], [1]]));
        Assert.Null(Kappa.Fleiss([[0, 0], [0, 0]]));
    }

    [Fact]
    public void Kappa_is_at_most_one_and_the_same_whoever_is_named_first_and_however_classes_are_called()
    {
        Gen<(int, int)[]> ratings = Gen.Choose(0, 2).Two().Select(pair => (pair.Item1, pair.Item2)).NonEmptyListOf().Select(list => list.ToArray());
        Prop.ForAll(
            ratings.ToArbitrary(),
            pairs =>
            {
                double? kappa = Kappa.Cohen(pairs);
                double? swapped = Kappa.Cohen([.. pairs.Select(pair => (pair.Item2, pair.Item1))]);
                double? renamed = Kappa.Cohen([.. pairs.Select(pair => (2 - pair.Item1, 2 - pair.Item2))]);
                double? fleiss = Kappa.Fleiss(pairs.Select(pair => (IReadOnlyCollection<int>)[pair.Item1, pair.Item2]));
                // Fleiss' expectation (Scott's) is never below Cohen's, so its kappa is never above.
                return Close(kappa, swapped) && Close(kappa, renamed) && kappa is null or <= 1 + 1e-12 && (fleiss is null || kappa is null || fleiss <= kappa + 1e-9);
            }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("abc", "", 3)]
    [InlineData("flaw", "lawn", 2)]
    [InlineData("same start A same end", "same start BC same end", 2)]
    public void The_edit_distance_is_the_one_counted_by_hand(string first, string second, int distance) => Assert.Equal(distance, EditDistance.Of(first, second));

    [Fact]
    public void Edit_distances_obey_the_rules_of_distances()
    {
        Gen<string> text = Gen.Elements('a', 'b', 'c').ListOf().Select(letters => new string([.. letters]));
        Prop.ForAll(
            text.Three().ToArbitrary(),
            texts =>
            {
                (string a, string b, string c) = texts;
                int ab = EditDistance.Of(a, b);
                return ab == EditDistance.Of(b, a) && (ab == 0) == (a == b) && ab <= Math.Max(a.Length, b.Length) && ab >= Math.Abs(a.Length - b.Length)
                    && EditDistance.Of(a, c) <= ab + EditDistance.Of(b, c) && EditDistance.Similarity(a, b) is >= 0 and <= 1;
            }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Text_is_compared_field_by_field_of_the_grammar()
    {
        IReadOnlyDictionary<string, double> fields = TextFields.Compare(
            "Type: {part tampered} Areas: <tampered position> left Visual Inconsistencies: <edges> hard", "Type: {part tampered} Areas: <tampered position> lift");
        Assert.Equal(["areas", "inconsistencies", "type"], fields.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(1, fields["type"]);
        Assert.Equal(0, fields["inconsistencies"]);
        Assert.Equal(1 - (1.0 / "<tampered position> left".Length), fields["areas"], 12);
    }

    [Fact]
    public void A_diff_gives_back_both_texts_and_keeps_what_it_can()
    {
        Gen<string> text = Gen.Elements("one ", "two ", "three\n", "four  ", " ", "").ListOf().Select(words => string.Concat(words));
        Prop.ForAll(
            text.Two().ToArbitrary(),
            texts =>
            {
                IReadOnlyList<TextChange> pieces = TextDiff.Of(texts.Item1, texts.Item2);
                string before = string.Concat(pieces.Where(piece => piece.Kind != TextChangeKind.Added).Select(piece => piece.Text));
                string after = string.Concat(pieces.Where(piece => piece.Kind != TextChangeKind.Removed).Select(piece => piece.Text));
                bool alternate = pieces.Zip(pieces.Skip(1)).All(two => two.First.Kind != two.Second.Kind);
                return before == texts.Item1 && after == texts.Item2 && alternate && (texts.Item1 != texts.Item2 || pieces.All(piece => piece.Kind == TextChangeKind.Same));
            }).QuickCheckThrowOnFailure();
        Assert.Equal(2, TextDiff.Of(string.Join(' ', Enumerable.Range(0, 2000)), string.Join(' ', Enumerable.Range(5000, 2000))).Count);
    }

    [Fact]
    public void Runs_are_counted_like_the_pixels_that_they_stand_for()
    {
        Gen<(int Width, int Height, int Seed)> sizes = Gen.Choose(1, 40).Two().SelectMany(size => Gen.Choose(0, int.MaxValue).Select(seed => (size.Item1, size.Item2, seed)));
        Prop.ForAll(
            sizes.ToArbitrary(),
            given =>
            {
                Random random = new(given.Seed);
                (BinaryMask first, BinaryMask second) = (Blobs(given.Width, given.Height, random), Blobs(given.Width, given.Height, random));
                MaskCounts pixels = MaskCounts.Of(first.Values, second);
                MaskFacts facts = MaskFacts.Of(MaskCode.Of(first));
                return MaskMeeting.Of(MaskCode.Of(first), MaskCode.Of(second)) == pixels && facts.Place == first.FindPlace() && (facts.Share ?? 0) == first.Share;
            }).QuickCheckThrowOnFailure();
        Assert.Equal(new MaskCounts(0, 0, 3072 / 4, 3072), MaskMeeting.Of((MaskCode?)null, ReviewTeam.Columns(16)));
        Assert.Equal(1, MaskMeeting.Of((MaskCode?)null, null).Iou);
    }

    [Theory]
    [InlineData(new double[] { }, null)]
    [InlineData(new[] { 3.0 }, 3.0)]
    [InlineData(new[] { 4.0, 1, 2 }, 2.0)]
    [InlineData(new[] { 4.0, 1, 2, 3 }, 2.5)]
    public void The_median_is_the_one_in_the_middle(double[] values, double? median) => Assert.Equal(median, DashboardService.Median(values));

    private static BinaryMask Blobs(int width, int height, Random random)
    {
        byte[] values = new byte[width * height];
        int period = random.Next(1, 9);
        int kind = random.Next(4);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (byte)(kind switch { 0 => 0, 1 => 1, 2 => i / period % 2, _ => random.Next(2) });
        }

        return new BinaryMask(width, height, values);
    }

    private static IEnumerable<(int, int)> Repeat((int, int) pair, int times) => Enumerable.Repeat(pair, times);

    private static bool Close(double? first, double? second) => first is null ? second is null : Math.Abs(first.Value - second!.Value) < 1e-9;
}
