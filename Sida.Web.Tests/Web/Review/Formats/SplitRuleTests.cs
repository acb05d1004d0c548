using Sida.Engine;
using Sida.Web.Review.Formats;

namespace Sida.Web.Tests.Web.Review.Formats;

public sealed class SplitRuleTests
{
    [Fact]
    public void The_shares_come_out_about_as_they_were_asked_for()
    {
        SplitRule rule = new(0.7, 0.2, 0.1);
        Split[] parts = [.. Enumerable.Range(0, 20_000).Select(i => rule.Of($"photo {i}"))];
        Assert.InRange(parts.Count(part => part == Split.Train) / 20_000.0, 0.68, 0.72);
        Assert.InRange(parts.Count(part => part == Split.Validation) / 20_000.0, 0.18, 0.22);
    }

    [Fact]
    public void An_origin_is_always_in_the_same_part() => Assert.Equal(Split.Test, new SplitRule().Of("the same at every export"));

    [Fact]
    public void What_was_made_from_one_photograph_stays_together()
    {
        string real = Origin.Of(Origin.Key("000000123", "set/train/real/000000123.jpg"), new string('a', 64));
        string tampered = Origin.Of(Origin.Key("000000123", "set/train/tampered/000000123.png"), new string('b', 64));
        Assert.Equal(real, tampered);
        Assert.Equal(new string('c', 64), Origin.Of(null, new string('c', 64)));
        Assert.Equal(new string('c', 64), Origin.Of("123e4567", new string('c', 64)));
    }

    [Theory]
    [InlineData(400, 10)]
    [InlineData(10, 400)]
    [InlineData(400, 400)]
    public void Long_names_keep_their_origin_and_stay_different(int origin, int path)
    {
        string key = Origin.Key(new string('o', origin), new string('p', path));
        Assert.InRange(key.Length, 1, 255);
        Assert.NotEqual(key, Origin.Key(new string('o', origin), new string('p', path) + "2"));
        Assert.Equal(Origin.Of(key, ""), Origin.Of(Origin.Key(new string('o', origin), "other"), ""));
    }

    [Theory]
    [InlineData(0.8, 0.1, 0.2)]
    [InlineData(-0.1, 1, 0.1)]
    [InlineData(double.NaN, 0.5, 0.5)]
    public void Shares_that_are_no_whole_are_refused(double train, double validation, double test) =>
        Assert.Throws<RequestException>(() => new SplitRule(train, validation, test).Check());
}
