using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sida.Web.Components.Chat;

namespace Sida.Web.Tests.Web.Components;

/// <summary>A component drawn once, without a browser, as text of its HTML.</summary>
internal static partial class Drawn
{
    public static async Task<string> HtmlAsync<TComponent>(Dictionary<string, object?> parameters)
        where TComponent : IComponent
    {
        await using ServiceProvider services = new ServiceCollection()
            .AddLogging().AddLocalization().AddSingleton<StageTimes>().BuildServiceProvider();
        await using HtmlRenderer renderer = new(services, services.GetRequiredService<ILoggerFactory>());
        return await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<TComponent>(ParameterView.FromDictionary(parameters))).ToHtmlString());
    }

    /// <summary>What a person would read of it.</summary>
    public static async Task<string> TextAsync<TComponent>(Dictionary<string, object?> parameters)
        where TComponent : IComponent =>
        Space().Replace(System.Net.WebUtility.HtmlDecode(Tag().Replace(await HtmlAsync<TComponent>(parameters), " ")), " ").Trim();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
