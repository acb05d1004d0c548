using System.ComponentModel.DataAnnotations;

namespace Sida.Web.Access;

/// <summary>How browsers and programs are told apart and held back.</summary>
internal sealed class AccessOptions : IValidatableObject
{
    public const string Section = "Sida:Access";

    /// <summary>Open pages (tabs) and hub connections of one owner at the same time.</summary>
    [Range(1, 1000, ErrorMessage = "Sida:Access:MaxCircuitsPerOwner must be between 1 and 1000.")]
    public int MaxCircuitsPerOwner { get; init; } = 30;

    /// <summary>Open pages and hub connections of everybody together.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Sida:Access:MaxCircuits must be between 1 and 1000000.")]
    public int MaxCircuits { get; init; } = 2000;

    /// <summary>API keys that one owner may have.</summary>
    [Range(0, 1000, ErrorMessage = "Sida:Access:MaxApiKeysPerOwner must be between 0 (no keys) and 1000.")]
    public int MaxApiKeysPerOwner { get; init; } = 20;

    /// <summary>Requests that one API key or browser may send to the HTTP API in a minute.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Sida:Access:RequestsPerMinute must be between 1 and 1000000.")]
    public int RequestsPerMinute { get; init; } = 600;

    /// <summary>Whether the chat is for people with an account only. Review always is.</summary>
    public bool ChatNeedsAccount { get; init; }

    /// <summary>Prints a link for a new administrator at this start even though there is one: for when nobody knows a password any more.</summary>
    public bool AdministratorLink { get; init; }

    /// <summary>Passwords that may be tried for one account in a minute; from one place, five times as many.</summary>
    [Range(1, 10_000, ErrorMessage = "Sida:Access:SignInsPerMinute must be between 1 and 10000.")]
    public int SignInsPerMinute { get; init; } = 10;

    /// <summary>Signing in with a provider.</summary>
    public OpenIdOptions OpenIdConnect { get; init; } = new();

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => OpenIdConnect.Find();
}
