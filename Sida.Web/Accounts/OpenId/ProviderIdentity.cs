using System.Security.Claims;
using System.Text.Json;
using Sida.Web.Data;

namespace Sida.Web.Accounts.OpenId;

/// <summary>Somebody whom the provider has just vouched for.</summary>
/// <param name="Issuer">The provider.</param>
/// <param name="Subject">The person's name there, for good.</param>
/// <param name="Name">What they are called; empty where the provider doesn't say.</param>
/// <param name="Email">Their address; empty where the provider doesn't say.</param>
/// <param name="HasVerifiedEmail">Whether the provider made sure that the address is theirs.</param>
public sealed record ProviderIdentity(string Issuer, string Subject, string Name, string Email, bool HasVerifiedEmail)
{
    private const string VerifiedType = "email_verified";

    /// <summary>What the person recognises it by.</summary>
    public string Label => Email.Length > 0 ? Email : Name.Length > 0 ? Name : Subject;

    /// <param name="issuer">The provider.</param>
    /// <param name="subject">Whom the ID token names.</param>
    /// <param name="about">What is said about that person, by the user info or by the ID token. An address and whether it is verified are from one place.</param>
    internal static ProviderIdentity Read(string issuer, string subject, JsonElement about)
    {
        string email = Clean(about.Text("email"), AccountModel.EmailLength);
        return new ProviderIdentity(issuer, subject, Clean(about.Text("name") ?? about.Text("preferred_username"), AccountService.MaxNameLength), email, email.Length > 0 && about.Says(VerifiedType));
    }

    internal ClaimsPrincipal ToPrincipal(string scheme) => new(new ClaimsIdentity(
        [new("iss", Issuer), new("sub", Subject), new("name", Name), new("email", Email), new(VerifiedType, HasVerifiedEmail ? "true" : "false")], scheme));

    internal static ProviderIdentity Of(ClaimsPrincipal person)
    {
        string Find(string type) => person.FindFirstValue(type) ?? throw new InvalidOperationException($"The provider's cookie has no {type}.");
        return new ProviderIdentity(Find("iss"), Find("sub"), Find("name"), Find("email"), Find(VerifiedType) == "true");
    }

    /// <summary>One line that can be stored; nothing where it is too long.</summary>
    private static string Clean(string? text, int length)
    {
        string line = text?.Trim() ?? "";
        return line.Length <= length && !line.Any(char.IsControl) ? line : "";
    }
}
