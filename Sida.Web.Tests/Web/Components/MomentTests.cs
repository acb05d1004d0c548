using System.Globalization;
using Sida.Web.Components.Shared;

namespace Sida.Web.Tests.Web.Components;

/// <summary>What a page says of a time before the browser has made it the reader's.</summary>
public sealed class MomentTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 9, 12, 5, 0, TimeSpan.FromHours(2));

    [Fact]
    public void It_is_in_utc_and_says_so() =>
        Assert.Equal("<local-time datetime=\"2026-03-09T10:05:00.0000000+00:00\" data-form=\"Time\">10:05 UTC</local-time>", Moment.Of(Noon, MomentForm.Time).Value);

    [Theory]
    [InlineData(nameof(MomentForm.Day), "9 {0:MMM} 2026")]
    [InlineData(nameof(MomentForm.Short), "9 {0:MMM}, 10:05 UTC")]
    [InlineData(nameof(MomentForm.Full), "9 {0:MMM} 2026, 10:05 UTC")]
    public void There_is_more_or_less_of_it(string form, string words) =>
        Assert.Contains($">{string.Format(CultureInfo.CurrentCulture, words, Noon)}<", Moment.Of(Noon, Enum.Parse<MomentForm>(form)).Value, StringComparison.Ordinal);

    [Fact]
    public void Names_in_a_sentence_are_text() => Assert.StartsWith(
        "&lt;b&gt; &amp; Co. has it until <local-time ", Moment.In("{0} has it until {1}", MomentForm.Time, "<b> & Co.", Noon).Value, StringComparison.Ordinal);
}
