using Sida.Web.Components.Shared;

namespace Sida.Web.Tests.Web.Components;

/// <summary>What people write as Markdown is shown as that, and never runs.</summary>
public sealed class MarkdownTests
{
    [Theory]
    [InlineData("# Look *twice*", "<h1>Look <em>twice</em></h1>")]
    [InlineData("| a | b |\n|---|---|\n| 1 | 2 |", "<td>2</td>")]
    [InlineData("[shadows](https://example.org/shadows)", "<a href=\"https://example.org/shadows\" rel=\"noopener noreferrer\">shadows</a>")]
    [InlineData("![edge](/api/review/projects/1/pictures/2)", "<img src=\"/api/review/projects/1/pictures/2\" alt=\"edge\"")]
    public void Markdown_becomes_html(string text, string html) => Assert.Contains(html, Markdown.ToHtml(text), StringComparison.Ordinal);

    [Theory]
    [InlineData("<script>alert(1)</script>", "<script")]
    [InlineData("a <img src=x onerror=alert(1)> b", "<img")]
    [InlineData("[x](javascript:alert(1))", "javascript:")]
    [InlineData("[x](JaVaScRiPt:alert(1))", "JaVaScRiPt:")]
    [InlineData("[x]( data:text/html;base64,PHNjcmlwdD4= )", "data:")]
    [InlineData("[x][1]\n\n[1]: vbscript:msgbox", "vbscript:")]
    [InlineData("<javascript:alert(1)>", "href=\"javascript")]
    [InlineData("![x](https://elsewhere.example/track.png)", "elsewhere")]
    [InlineData("![x](//elsewhere.example/track.png)", "elsewhere")]
    [InlineData("[x](/\\elsewhere.example)", "elsewhere")]
    [InlineData("[x](http://a\" onclick=\"alert(1))", "onclick=\"")]
    public void Nothing_in_it_runs_or_calls_elsewhere(string text, string never) => Assert.DoesNotContain(never, Markdown.ToHtml(text), StringComparison.Ordinal);
}
