using System.ComponentModel.DataAnnotations;

namespace Sida.Web.Access;

/// <summary>An OpenID Connect provider with which people can sign in beside, or instead of, a password.</summary>
internal sealed class OpenIdOptions
{
    public const string Section = "Sida:Access:OpenIdConnect";

    private const int MaxNameLength = 40;

    /// <summary>The provider's issuer, exactly as the provider writes it. Without it there is no such way in.</summary>
    public string Authority { get; init; } = "";

    /// <summary>This server's name at the provider.</summary>
    public string ClientId { get; init; } = "";

    /// <summary>This server's password at the provider.</summary>
    public string ClientSecret { get; init; } = "";

    /// <summary>What people call the provider: "Continue with NAME". Without it, the authority's host.</summary>
    public string Name { get; init; } = "";

    /// <summary>What is asked of the provider, with spaces between.</summary>
    public string Scopes { get; init; } = "openid profile email";

    /// <summary>Whether somebody new gets an account without an invitation.</summary>
    public bool CreateAccounts { get; init; }

    /// <summary>What somebody is who gets an account without an invitation.</summary>
    public SiteRole NewAccountRole { get; init; } = SiteRole.Viewer;

    /// <summary>The domains of the e-mail addresses of those who may get an account without an invitation, with spaces between; empty for any.</summary>
    public string EmailDomains { get; init; } = "";

    public bool IsOn => Authority.Length > 0;

    /// <summary>The name, where there is a provider.</summary>
    public string ShownName => Name.Length > 0 ? Name : new Uri(Authority).Host;

    /// <summary>Whether an address can't be read or changed on the way: https, or the machine itself.</summary>
    public static bool IsSafe(Uri address) => address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback);

    /// <summary>What is wrong with the settings.</summary>
    public IEnumerable<ValidationResult> Find()
    {
        if (!IsOn)
        {
            yield break;
        }

        if (!Uri.TryCreate(Authority, UriKind.Absolute, out Uri? authority) || !IsSafe(authority) || authority.Query.Length + authority.Fragment.Length + authority.UserInfo.Length > 0 || Authority.Length > Data.SidaModel.NameLength)
        {
            yield return new ValidationResult($"{Section}:Authority must be the provider's https address such as https://login.example.org (http only on this machine), or absent.");
        }

        if (string.IsNullOrWhiteSpace(ClientId) || string.IsNullOrWhiteSpace(ClientSecret))
        {
            yield return new ValidationResult($"{Section}:ClientId and {Section}:ClientSecret are what the provider gave you for this server; both are needed.");
        }

        if (!Scopes.Split(' ').Contains("openid", StringComparer.Ordinal) || Scopes.Any(char.IsControl))
        {
            yield return new ValidationResult($"{Section}:Scopes must contain openid, as in \"openid profile email\".");
        }

        if (Name.Length > MaxNameLength || Name.Any(char.IsControl))
        {
            yield return new ValidationResult($"{Section}:Name may have up to {MaxNameLength} characters, in one line.");
        }

        if (NewAccountRole is not (SiteRole.Viewer or SiteRole.Annotator or SiteRole.Reviewer))
        {
            yield return new ValidationResult($"{Section}:NewAccountRole must be Viewer, Annotator or Reviewer; administrators are made on the People page.");
        }

        if (EmailDomains.Contains('@', StringComparison.Ordinal))
        {
            yield return new ValidationResult($"{Section}:EmailDomains are domains without @, with spaces between, such as \"example.org example.com\".");
        }
    }
}
