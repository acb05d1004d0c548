using System.Net;

namespace Sida.Web.Accounts;

/// <summary>Where somebody signs in.</summary>
/// <param name="From">The network address; null where there is none.</param>
/// <param name="Browser">What the browser is called: "Firefox on Linux".</param>
public sealed record SignInPlace(IPAddress? From, string Browser)
{
    /// <summary>Browsers name others whose pages they can show too, so the more special comes first.</summary>
    private static readonly (string Mark, string Name)[] Browsers =
        [("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];

    private static readonly (string Mark, string Name)[] Systems =
        [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")];

    public static SignInPlace Of(HttpContext context)
    {
        string agent = context.Request.Headers.UserAgent.ToString();
        string browser = Find(Browsers, agent) ?? "A browser";
        return new SignInPlace(context.Connection.RemoteIpAddress, Find(Systems, agent) is { } system ? $"{browser} on {system}" : browser);
    }

    private static string? Find((string Mark, string Name)[] known, string agent) =>
        known.FirstOrDefault(one => agent.Contains(one.Mark, StringComparison.Ordinal)).Name;
}
