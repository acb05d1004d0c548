using System.Text.Json;
using Microsoft.Playwright;

namespace Sida.Web.Tests.Browser;

/// <summary>What every page is looked at with.</summary>
internal static class Looks
{
    /// <summary>Where screenshots are kept; null where nobody asked for any.</summary>
    public static readonly string? Folder = Environment.GetEnvironmentVariable("SIDA_SCREENSHOTS");

    /// <summary>Every width, light and dark on the phone and on wide screens, whose layouts differ; all six where somebody wants to see them.</summary>
    public static TheoryData<int, int, ColorScheme> Screens
    {
        get
        {
            TheoryData<int, int, ColorScheme> screens = new()
            {
                { 1280, 800, ColorScheme.Light },
                { 1920, 1080, ColorScheme.Dark },
                { 390, 844, ColorScheme.Light },
                { 390, 844, ColorScheme.Dark },
            };
            if (Folder is not null)
            {
                screens.Add(1280, 800, ColorScheme.Dark);
                screens.Add(1920, 1080, ColorScheme.Light);
            }

            return screens;
        }
    }

    /// <summary>A browser with such a screen.</summary>
    public static Action<BrowserNewContextOptions> Screen(int width, int height, ColorScheme scheme) => options =>
    {
        options.ViewportSize = new ViewportSize { Width = width, Height = height };
        options.ColorScheme = scheme;
        options.ReducedMotion = ReducedMotion.Reduce;
    };

    /// <summary>What is wrong with how a page looks: it sticks out sideways, or axe-core finds something serious.</summary>
    public static async Task<IReadOnlyList<string>> CheckAsync(IPage page, string name)
    {
        int sideways = await page.EvaluateAsync<int>("() => Math.max(...[document.documentElement, ...document.querySelectorAll('.content, .turns, .sidebar, .demo')].map(e => e.scrollWidth - e.clientWidth))");
        await page.EvaluateAsync(await File.ReadAllTextAsync(Path.Combine(TestFixtures.Repository, "node_modules", "axe-core", "axe.min.js")));
        JsonElement result = await page.EvaluateAsync<JsonElement>("() => axe.run(document, { resultTypes: ['violations'] })");
        IEnumerable<string> serious = from violation in result.GetProperty("violations").EnumerateArray()
                                      where violation.GetProperty("impact").GetString() is "serious" or "critical"
                                      from node in violation.GetProperty("nodes").EnumerateArray()
                                      select $"{name}: {violation.GetProperty("id")}: {node.GetProperty("html")} {node.GetProperty("failureSummary")}";
        return [.. serious, .. sideways > 0 ? [$"{name} is {sideways} pixels too wide."] : Array.Empty<string>()];
    }
}
