using FsCheck;
using FsCheck.Fluent;
using Sida.Engine;
using Sida.Web.Review.Formats;

namespace Sida.Web.Tests.Web.Review.Formats;

public sealed class CsvTextTests
{
    private static readonly Gen<string> Cell =
        from characters in Gen.Elements('a', ',', '"', '\n', '\r', '=', '+', '-', '@', '\'', '\t', ' ', 'ß').ArrayOf() select new string(characters);

    [Fact]
    public void Every_cell_comes_back() =>
        Prop.ForAll((from row in Cell.NonEmptyListOf() select row.ToList()).ListOf().ToArbitrary(), rows =>
        {
            string text = string.Concat(rows.Select(row => CsvText.Row(row)));
            return CsvText.Rows(new StringReader(text)).Select(row => string.Join('|', row)).SequenceEqual(rows.Select(row => string.Join('|', row)));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("=1+1")]
    [InlineData("@SUM(A1)")]
    [InlineData("+1")]
    [InlineData("-1")]
    public void No_cell_begins_like_a_formula(string text) => Assert.StartsWith("'", CsvText.Row(text), StringComparison.Ordinal);

    [Fact]
    public void A_quotation_mark_that_is_never_closed_is_refused() =>
        Assert.Throws<RequestException>(() => CsvText.Rows(new StringReader("a,\"b\nc")).ToList());

    [Fact]
    public void Tables_of_other_programs_are_read_too() =>
        Assert.Equal([["file", "verdict"], ["a.png", ""]], CsvText.Rows(new StringReader("file,verdict\na.png,")));
}
