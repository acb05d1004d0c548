namespace Sida.Web.Accounts;

/// <summary>Where to go after signing in: an address of this site and of no other, whatever a link says.</summary>
internal static class ReturnAddress
{
    private const string Home = "/";
    private const int MaxLength = 2000;

    /// <summary>The address if it is a path here; the first page otherwise. Browsers read "//host" and "/\host" as another site.</summary>
    public static string Check(string? address) =>
        address is ['/', ..] and not ['/', '/' or '\\', ..] && address.Length <= MaxLength && !address.Any(char.IsControl) ? address : Home;

    /// <summary>The sign-in page, which leads back.</summary>
    public static string SignIn(string? address) =>
        Check(address) is var back && back == Home ? "/sign-in" : $"/sign-in?return={Uri.EscapeDataString(back)}";
}
