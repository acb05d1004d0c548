using System.Net;

namespace Sida.Engine.Import.Hub;

/// <summary>How to reach the hub and where to keep what comes from it. A class, not a record, so that nothing ever prints the token.</summary>
internal sealed class HubOptions
{
    /// <summary>The hub's address.</summary>
    public Uri Endpoint { get; init; } = new("https://huggingface.co");

    /// <summary>Access token for private and gated models; sent to <see cref="Endpoint"/> only.</summary>
    public string? Token { get; init; }

    /// <summary>Folder that keeps the downloads.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>Files downloaded at once.</summary>
    public int MaxParallelFiles { get; init; } = 4;

    /// <summary>Failures in a row without progress after which a download is given up.</summary>
    public int MaxAttempts { get; init; } = 6;

    /// <summary>Wait after the first failure; doubled after each further one.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait, also for a hub that asks for a longer one: then the download fails and says so.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Silence after which a connection counts as cut.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Free bytes of the disk that has a folder.</summary>
    internal Func<string, long> FreeSpace { get; init; } = folder => new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace;

    /// <summary>The options that `HF_ENDPOINT`, `HF_TOKEN` and `SIDA_CACHE` say, with the public hub and `~/.cache/sida/hub` as defaults.</summary>
    /// <param name="variable">Reads a variable; the process's environment in earnest.</param>
    /// <exception cref="HubException">The endpoint is no address, or a token would travel unencrypted.</exception>
    public static HubOptions FromEnvironment(Func<string, string?> variable)
    {
        string? token = Blank(variable("HF_TOKEN"));
        string endpoint = Blank(variable("HF_ENDPOINT")) ?? "https://huggingface.co";
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out Uri? uri) || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp))
        {
            throw new HubException("HF_ENDPOINT: is no http or https address; correct or unset it.");
        }

        if (token is not null && uri.Scheme != Uri.UriSchemeHttps && !IsLoopback(uri))
        {
            throw new HubException($"HF_ENDPOINT: {uri.Host} is reached without encryption, so HF_TOKEN would be readable on the way; use https or unset HF_TOKEN.");
        }

        if (token is not null && token.Any(c => c is <= ' ' or > '~'))
        {
            throw new HubException("HF_TOKEN: has blanks or characters that no token has; set it again.");
        }

        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return new HubOptions
        {
            Endpoint = uri,
            Token = token,
            CacheFolder = Blank(variable("SIDA_CACHE")) ?? Path.Combine(home, ".cache", "sida", "hub"),
        };
    }

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static bool IsLoopback(Uri uri) => uri.Host == "localhost" || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));
}
