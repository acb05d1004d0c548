using Microsoft.AspNetCore.Identity;
using Sida.Web.Data.Entities;

namespace Sida.Web.Accounts;

/// <summary>
/// Long rather than complicated, and not what is tried first: nothing of one's own name, and enough left when the usual words are
/// taken out.
/// </summary>
internal sealed class PasswordRules : IPasswordValidator<Account>
{
    public const int MinLength = 12;

    /// <summary>Longer ones only cost time to check.</summary>
    public const int MaxLength = 128;

    private const int MinUnusual = 6;
    private const int MinDistinct = 6;
    private const int MinNamePart = 4;

    private static readonly string[] Usual =
        ["password", "passwort", "letmein", "welcome", "iloveyou", "administrator", "admin", "qwerty", "qwertz", "asdfgh", "1234567890", "123456", "abc123", "654321", "sida"];

    /// <summary>The rules in one sentence, for the pages.</summary>
    public static string Sentence { get; } = $"At least {MinLength} characters. Several words that don't belong together are easy to remember and hard to guess.";

    /// <summary>What is wrong with a password; null when nothing is.</summary>
    public static string? Find(string password, string name, string email)
    {
        if (password.Length < MinLength)
        {
            return $"The password needs at least {MinLength} characters; this one has {password.Length}.";
        }

        if (password.Length > MaxLength)
        {
            return $"The password may have up to {MaxLength} characters; this one has {password.Length}.";
        }

        string[] own = [.. name.Split(' ').Append(email).Append(email.Split('@')[0]).Where(part => part.Length >= MinNamePart)];
        if (own.Any(part => password.Contains(part, StringComparison.OrdinalIgnoreCase)))
        {
            return "The password contains your name or address. Choose one that doesn't.";
        }

        string rest = Usual.Aggregate(password, (left, word) => left.Replace(word, "", StringComparison.OrdinalIgnoreCase));
        return rest.Length < MinUnusual || password.Distinct().Count() < MinDistinct ? "This password is among the first that are tried. Choose a less usual one." : null;
    }

    public Task<IdentityResult> ValidateAsync(UserManager<Account> manager, Account user, string? password) => Task.FromResult(
        Find(password ?? "", user.DisplayName, user.Email ?? "") is { } problem
            ? IdentityResult.Failed(new IdentityError { Code = nameof(PasswordRules), Description = problem })
            : IdentityResult.Success);
}
