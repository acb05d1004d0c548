using Sida.Web.Accounts;

namespace Sida.Web.Tests.Web.Accounts;

public sealed class PasswordRulesTests
{
    [Theory]
    [InlineData("heron reed sleeve lamp")]
    [InlineData("Ünïcødé wörds ✓ go")]
    [InlineData("k3#fLq9!vTz2")]
    public void Long_and_unusual_is_enough(string password) => Assert.Null(PasswordRules.Find(password, "Kim Berg", "kim.berg@example.org"));

    [Theory]
    [InlineData("short pass", "at least 12")]
    [InlineData("aaaaaaaaaaaaaaaa", "first that are tried")]
    [InlineData("Password123456", "first that are tried")]
    [InlineData("qwertyAdminsida1", "first that are tried")]
    [InlineData("i am Kim.Berg yes", "your name")]
    [InlineData("the Berg over there", "your name")]
    public void What_is_guessed_first_is_refused_with_the_reason(string password, string reason) =>
        Assert.Contains(reason, PasswordRules.Find(password, "Kim Berg", "kim.berg@example.org"), StringComparison.Ordinal);

    [Fact]
    public void There_is_an_end_to_the_length() => Assert.Contains("up to 128", PasswordRules.Find(new string('x', 129), "Kim", "k@example.org"), StringComparison.Ordinal);
}
